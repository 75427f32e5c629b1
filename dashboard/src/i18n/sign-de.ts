import type { SignCatalogue } from './sign-en.ts'

export const signDe: SignCatalogue = {
  title: 'Schild für Fahrer',
  print: 'Drucken',
  lead: 'Für die Ausfahrt und den Weg dorthin. Nur drucken, wenn die Konsole unter der Adresse offen ist, die auch die Telefone der Fahrer erreichen: Dorthin führt der Code.',
  code: (address) => `QR-Code von ${address}`,
  scan: 'Hier scannen und bezahlen',
}
