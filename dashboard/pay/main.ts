import './pay.css'
import { readAddress } from './address.ts'
import { openPayApi } from './pay-api.ts'
import { showPlateForm } from './plate-page.ts'
import { showQuote, waitForPayment } from './quote-page.ts'
import { card, problem, show } from './views.ts'

void start()
// Coming back by the browser's back button, the page is as it was left: with a price that may be out of date.
addEventListener('pageshow', (event) => {
  if (event.persisted) void start()
})

async function start(): Promise<void> {
  const address = readAddress(new URL(location.href))
  try {
    const api = await openPayApi()
    if (address.page === 'quote' && address.returning) await waitForPayment(api, address.quoteId)
    else if (address.page === 'quote') await showQuote(api, address.quoteId)
    else if (address.page === 'plate') showPlateForm(api, address.siteId)
    else show('nothing', card('Pay for parking', 'Scan the code at the exit, or open the link on its display.'))
  } catch (error) {
    show('problem', problem(error, start))
  }
}
