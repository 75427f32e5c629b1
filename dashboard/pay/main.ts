import './pay.css'
import { readAddress } from './address.ts'
import { currentLanguage, speakOther, speakPreferred, words } from './language.ts'
import { showPlateForm } from './pages/plate-page.ts'
import { showQuote, waitForPayment } from './pages/quote-page.ts'
import { openPayApi, type PayApi } from './pay-api.ts'
import { card, isNotFound, problem, show } from './views.ts'

void speakPreferred().then(start)
// Coming back by the browser's back button, the page is as it was left: with a price that may be out of date.
addEventListener('pageshow', (event) => {
  if (event.persisted) void start()
})
addEventListener('hashchange', () => void start())

async function start(): Promise<void> {
  showLanguages()
  try {
    await open(await openPayApi())
  } catch (error) {
    if (isNotFound(error)) show('unknown', card(words().unknownPrice, words().unknownPriceHint))
    else show('problem', problem(error, start))
  }
}

/** The pages that a driver at the exit does not need are loaded when they are opened. */
async function open(api: PayApi): Promise<void> {
  const address = readAddress(new URL(location.href))
  if (address.page === 'quote' && address.returning) return waitForPayment(api, address)
  if (address.page === 'quote') return showQuote(api, address)
  if (address.page === 'plate') return showPlateForm(api, address.siteId)
  if (address.page === 'receipt') return (await import('./pages/receipt-page.ts')).showReceipt(api, address.receiptId)
  if (address.page === 'plans') return (await import('./pages/plans-page.ts')).showPlans(api, address.siteId)
  if (address.page === 'subscribed')
    return (await import('./pages/subscribed-page.ts')).waitForSubscription(api, address.subscriptionId)
  if (address.page === 'manage') return (await import('./pages/manage-page.ts')).showManage(api, address.token)
  show('nothing', card(words().title, words().scanCode))
}

function showLanguages(): void {
  const other = document.getElementById('language') as HTMLButtonElement
  other.textContent = words().otherLanguage
  other.lang = currentLanguage() === 'en' ? 'de' : 'en'
  other.onclick = () => void speakOther().then(start, () => undefined)
}
