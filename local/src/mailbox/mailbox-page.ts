import { escapeHtml } from '../provider/html.ts'
import type { Letter } from './letter.ts'

export type KeptLetter = Letter & { at: Date }

/** All letters, newest first, with their links to follow. */
export function mailboxPage(letters: KeptLetter[]): string {
  const shown = letters.map(
    ({ to, subject, text, at }) => `<article>
<h2>${escapeHtml(subject)}</h2>
<p class="to">To ${escapeHtml(to)}, ${at.toISOString().slice(0, 19).replace('T', ' ')} UTC</p>
<pre>${linked(text)}</pre>
</article>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mailbox of this machine</title>
<style>
  :root { color-scheme: light dark; --line: light-dark(#8a919e, #717988) }
  body { margin: 0 auto; max-width: 46rem; padding: 1.25rem; font: 1.0625rem/1.5 system-ui, sans-serif; background: light-dark(#f5f6f8, #14161a); color: light-dark(#15181d, #eceef2) }
  article { margin-block: 1rem; padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: .625rem }
  h2, .to { margin: 0 }
  .to { color: light-dark(#4d5663, #aab3c0) }
  pre { margin: .75rem 0 0; font: inherit; white-space: pre-wrap; overflow-wrap: anywhere }
  a { color: light-dark(#0b4fd0, #8fb4ff) }
</style>
</head>
<body>
<main>
<h1>Mailbox of this machine</h1>
<p>Letters that would be sent. None leaves this machine, and a restart forgets them.</p>
${shown.length === 0 ? '<p>There is none yet.</p>' : shown.join('\n')}
</main>
</body>
</html>
`
}

function linked(text: string): string {
  return text
    .split(/(https?:\/\/\S+)/)
    .map((part) =>
      /^https?:\/\//.test(part) ? `<a href="${escapeHtml(part)}">${escapeHtml(part)}</a>` : escapeHtml(part),
    )
    .join('')
}
