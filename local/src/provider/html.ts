/** A page of the stand-ins, for a phone first. It says what it is: nobody should type a card number here. */
export function htmlPage(provider: 'Stripe' | 'PayPal' | 'both', title: string, body: string): string {
  const accent = provider === 'PayPal' ? 'light-dark(#003087, #8fb8ff)' : 'light-dark(#0b5fff, #7aa7ff)'
  const name = provider === 'both' ? 'Stripe and PayPal' : provider
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} · local stand-in</title>
<style>
  :root { color-scheme: light dark; --accent: ${accent}; --on-accent: light-dark(#fff, #06142e); --line: light-dark(#8a919e, #717988) }
  * { box-sizing: border-box }
  body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif; background: light-dark(#f5f6f8, #14161a); color: light-dark(#15181d, #eceef2) }
  .stand-in { margin: 0; padding: .75rem 1.25rem; text-align: center; font-size: .9375rem; background: light-dark(#fff1c7, #4a3a06) }
  main { max-width: 26rem; margin: 8vh auto 0; padding: 1.25rem; display: grid; gap: 1rem }
  main.wide { max-width: 60rem; margin-top: 2rem }
  h1, h2, p { margin: 0 }
  h1 { font-size: 1.75rem; line-height: 1.2 }
  h2 { font-size: 1.125rem; margin-top: 1rem }
  button, .back { display: block; width: 100%; padding: .875rem; border-radius: .625rem; font: inherit; text-align: center; text-decoration: none; cursor: pointer }
  button { border: 1px solid var(--line); background: transparent; color: inherit }
  .pay { border-color: var(--accent); background: var(--accent); color: var(--on-accent); font-weight: 600 }
  .back { color: var(--accent) }
  .declined { padding: .75rem; border-left: 4px solid light-dark(#c0182b, #ff7a85) }
  .rows { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem }
  .rows li { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding: .75rem; border: 1px solid var(--line); border-radius: .625rem }
  .rows span { flex: 1 1 16rem; overflow-wrap: anywhere }
  .rows button { width: auto; padding: .375rem .75rem }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
</style>
</head>
<body>
<p class="stand-in">Local stand-in for ${name}: no card is asked for and no money moves.</p>
<main${provider === 'both' ? ' class="wide"' : ''}>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`
}

/** A form with one button that posts `fields` to `action`. */
export function postButton(action: string, label: string, className = '', fields: Record<string, string> = {}): string {
  const named = className === '' ? '' : ` class="${className}"`
  const hidden = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  return `<form method="post" action="${escapeHtml(action)}">${hidden.join('')}<button${named} type="submit">${escapeHtml(label)}</button></form>`
}

export function backLink(href: string | null | undefined, label: string): string {
  return href ? `<a class="back" href="${escapeHtml(href)}">${escapeHtml(label)}</a>` : ''
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** An amount in ISO 4217 minor units or Stripe's, with as many decimals as are said. */
export function money(amount: number, currency: string, decimals: number): string {
  const format = {
    style: 'currency',
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  } as const
  return new Intl.NumberFormat('en', format).format(amount / 10 ** decimals)
}
