import type { CheckoutOnPage } from './checkouts.ts'

/** The hosted payment page, for a phone first. It says what it is: nobody should type a card number here. */
export function payPage({ session, lines }: CheckoutOnPage, declined: boolean): string {
  const back =
    session.cancel_url === null ? '' : `<a class="back" href="${escapeHtml(session.cancel_url)}">Back to shop</a>`
  if (session.status === 'expired') return page('This checkout has expired', `<p>It can no longer be paid.</p>${back}`)
  if (session.status === 'complete') {
    return page(
      'Paid',
      `<p>${escapeHtml(sum(session))} was paid.</p><a class="back" href="${escapeHtml(successUrl(session))}">Continue</a>`,
    )
  }
  const notice = declined ? '<p class="declined" role="alert">✕ Your card was declined. You can try again.</p>' : ''
  return page(
    `Pay ${sum(session)}`,
    `<p>${lines.map(escapeHtml).join('<br>')}</p>${notice}
    <form method="post" action="/c/pay/${session.id}/pay"><button class="pay" type="submit">Pay</button></form>
    <form method="post" action="/c/pay/${session.id}/decline"><button type="submit">Decline</button></form>
    ${back}`,
  )
}

export function notFoundPage(): string {
  return page('No such checkout', '<p>It may have been forgotten in a restart. Ask for a new one.</p>')
}

export function startPage(): string {
  return page('Payment provider', '<p>Checkouts that begin on this machine are paid here.</p>')
}

/** Where the driver goes after paying, with Stripe's placeholder filled in. */
export function successUrl(session: CheckoutOnPage['session']): string {
  return session.success_url!.replaceAll('{CHECKOUT_SESSION_ID}', session.id)
}

/** https://docs.stripe.com/currencies: how many decimals Stripe's amounts have. */
function sum({ amount_total, currency }: CheckoutOnPage['session']): string {
  const code = currency!.toUpperCase()
  const none = ['BIF', 'CLP', 'DJF', 'GNF', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF', 'VND', 'VUV', 'XAF', 'XOF', 'XPF']
  const decimals = none.includes(code) ? 0 : ['BHD', 'JOD', 'KWD', 'OMR', 'TND'].includes(code) ? 3 : 2
  const format = {
    style: 'currency',
    currency: code,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  } as const
  return new Intl.NumberFormat('en', format).format(amount_total! / 10 ** decimals)
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} · local stand-in</title>
<style>
  :root { color-scheme: light dark; --accent: light-dark(#0b5fff, #7aa7ff); --on-accent: light-dark(#fff, #06142e) }
  * { box-sizing: border-box }
  body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif; background: light-dark(#f5f6f8, #14161a); color: light-dark(#15181d, #eceef2) }
  .stand-in { margin: 0; padding: .75rem 1.25rem; text-align: center; font-size: .9375rem; background: light-dark(#fff1c7, #4a3a06) }
  main { max-width: 26rem; margin: 8vh auto 0; padding: 1.25rem; display: grid; gap: 1rem }
  h1, p { margin: 0 }
  h1 { font-size: 1.75rem; line-height: 1.2 }
  button, .back { display: block; width: 100%; padding: .875rem; border-radius: .625rem; font: inherit; text-align: center; text-decoration: none; cursor: pointer }
  button { border: 1px solid light-dark(#8a919e, #717988); background: transparent; color: inherit }
  .pay { border-color: var(--accent); background: var(--accent); color: var(--on-accent); font-weight: 600 }
  .back { color: var(--accent) }
  .declined { padding: .75rem; border-left: 4px solid light-dark(#c0182b, #ff7a85) }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
</style>
</head>
<body>
<p class="stand-in">Local stand-in for Stripe: no card is asked for and no money moves.</p>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
