import '@fontsource-variable/inter/wght.css'
import '@mantine/core/styles.layer.css'
import './theme.css'
import { MantineProvider } from '@mantine/core'
import { type ReactNode, useMemo } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { loadConfig } from './config.ts'
import { speakPreferred, useWords } from './i18n/language.ts'
import { StartFailed } from './screens/start-failed.tsx'
import { Session } from './session/session.ts'
import { cssVariables, themeIn } from './theme.ts'

const root = createRoot(document.getElementById('root') as HTMLElement)
void start()

async function start(): Promise<void> {
  try {
    const [config] = await Promise.all([loadConfig(), speakPreferred()])
    show(<App config={config} session={new Session(config)} />)
  } catch (error) {
    show(<StartFailed message={error instanceof Error ? error.message : String(error)} onRetry={start} />)
  }
}

function show(content: ReactNode): void {
  root.render(<Themed>{content}</Themed>)
}

function Themed({ children }: { children: ReactNode }) {
  const words = useWords()
  const theme = useMemo(() => themeIn(words), [words])
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      {children}
    </MantineProvider>
  )
}
