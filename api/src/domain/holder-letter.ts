/** The letter with the link to a subscription, in the language of its holder. */
export function holderLetter(language: string, planName: string, link: string): { subject: string; text: string } {
  return language === 'de' ? german(planName, link) : english(planName, link)
}

function english(planName: string, link: string) {
  return {
    subject: `Your parking subscription: ${planName}`,
    text: [
      `With this link you look after your subscription “${planName}”: change its vehicles, cancel it, see what you paid.`,
      link,
      'It works for seven days; after that, ask for a new one on the same page. Whoever has it can change your subscription: do not pass it on.',
      'You did not ask for it? Then you need not do anything.',
    ].join('\n\n'),
  }
}

function german(planName: string, link: string) {
  return {
    subject: `Ihr Abo zum Parken: ${planName}`,
    text: [
      `Mit diesem Link verwalten Sie Ihr Abo „${planName}“: Fahrzeuge ändern, kündigen, Zahlungen ansehen.`,
      link,
      'Er gilt sieben Tage; danach fordern Sie auf derselben Seite einen neuen an. Wer ihn hat, kann Ihr Abo ändern: Geben Sie ihn nicht weiter.',
      'Sie haben ihn nicht angefordert? Dann brauchen Sie nichts zu tun.',
    ].join('\n\n'),
  }
}
