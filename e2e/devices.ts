import type { BrowserContextOptions } from 'playwright-core'

/* Neither is in the car park's time zone: times must be the site's, not the device's. Without motion nothing is half-way. */
const anywhere: BrowserContextOptions = { locale: 'en-GB', timezoneId: 'Asia/Tokyo', reducedMotion: 'reduce' }

export const consoleScreen: BrowserContextOptions = { ...anywhere, viewport: { width: 1280, height: 800 } }

export const phone: BrowserContextOptions = {
  ...anywhere,
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
}
