import { type CSSVariablesResolver, createTheme } from '@mantine/core'

import type { Catalogue } from './i18n/en.ts'

/** What lies above the page looks like the cards on it. */
const raised = { background: 'var(--tp-card)' }

/** Quiet greys and one blue; the only loud colours on a screen are the outcomes. Icons without a word are named in the language. */
export const themeIn = ({ common }: Catalogue) =>
  createTheme({
    primaryColor: 'harbour',
    primaryShade: { light: 6, dark: 5 },
    autoContrast: true,
    luminanceThreshold: 0.38,
    defaultRadius: 'md',
    respectReducedMotion: true,
    cursorType: 'pointer',
    fontFamily:
      '"Inter Variable", ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Open Sans", sans-serif',
    fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", Menlo, Consolas, monospace',
    headings: { fontWeight: '650' },
    components: {
      Modal: {
        defaultProps: { closeButtonProps: { 'aria-label': common.close } },
        styles: { content: raised, header: raised, title: { fontWeight: 650, fontSize: '1.0625rem' } },
      },
      Drawer: {
        styles: { content: raised, header: raised, title: { fontWeight: 650, fontSize: '1.0625rem' } },
      },
      Notification: {
        defaultProps: { closeButtonProps: { 'aria-label': common.close } },
        styles: { description: { color: 'var(--mantine-color-dimmed)' } },
      },
      Menu: { styles: { dropdown: raised } },
    },
    colors: {
      harbour: [
        '#eef3ff',
        '#dbe5fd',
        '#b4c8f9',
        '#8aa9f5',
        '#688ff2',
        '#3565e0',
        '#1f4fd1',
        '#1a43b4',
        '#153893',
        '#112c74',
      ],
      dark: [
        '#e4e8ee',
        '#b6bfca',
        '#98a3b1',
        '#6b7684',
        '#343d49',
        '#28303a',
        '#1a212a',
        '#141a21',
        '#0f141a',
        '#0a0e13',
      ],
    },
  })

/** Colours with a meaning. Each outcome also differs in shape and word, see `outcome-mark.tsx`. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f4f5f7',
    '--mantine-color-text': '#161a20',
    '--mantine-color-dimmed': '#5b6470',
    '--tp-card': '#ffffff',
    '--tp-accent': '#1f4fd1',
    '--tp-line': '#dfe3e8',
    '--tp-sunken': '#f4f5f7',
    '--tp-allow': '#0b7b4c',
    '--tp-allow-soft': '#e3f5ec',
    '--tp-deny': '#c0252c',
    '--tp-deny-soft': '#fdebeb',
    '--tp-pay': '#8a5600',
    '--tp-pay-soft': '#fdf1d8',
    '--mantine-color-red-light': '#fdebeb',
    '--mantine-color-red-light-color': '#c0252c',
    '--mantine-color-yellow-light': '#fdf1d8',
    '--mantine-color-yellow-light-color': '#8a5600',
    '--tp-plate': '#ffffff',
    '--tp-plate-ink': '#161a20',
    '--tp-plate-line': '#4a525d',
  },
  dark: {
    '--mantine-color-body': '#0d1218',
    '--mantine-color-text': '#e4e8ee',
    '--mantine-color-dimmed': '#98a3b1',
    '--tp-card': '#151b23',
    '--tp-accent': '#8aa9f5',
    '--tp-line': '#29323d',
    '--tp-sunken': '#10161d',
    '--tp-allow': '#4fd19a',
    '--tp-allow-soft': '#11301f',
    '--tp-deny': '#ff8a86',
    '--tp-deny-soft': '#3b1a1c',
    '--tp-pay': '#f2b84b',
    '--tp-pay-soft': '#352810',
    '--mantine-color-red-light': '#3b1a1c',
    '--mantine-color-red-light-color': '#ff8a86',
    '--mantine-color-yellow-light': '#352810',
    '--mantine-color-yellow-light-color': '#f2b84b',
    '--tp-plate': '#dfe3e8',
    '--tp-plate-ink': '#11161c',
    '--tp-plate-line': '#8a94a1',
  },
})
