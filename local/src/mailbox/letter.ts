/** What a person reads of a message. */
export type Letter = { to: string; subject: string; text: string }

/** Reads a plain message (RFC 5322): folded and encoded headers, a body of one part that is plain, quoted-printable or base64. */
export function readLetter(to: string[], raw: string): Letter {
  const end = raw.search(/\r?\n\r?\n/)
  const head = (end < 0 ? raw : raw.slice(0, end)).replace(/\r?\n[ \t]+/g, ' ')
  const body = end < 0 ? '' : raw.slice(end).replace(/^\r?\n\r?\n/, '')
  const header = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(head)?.[1]?.trim() ?? ''
  const text = decodeBody(body, header('Content-Transfer-Encoding').toLowerCase()).replaceAll('\r\n', '\n')
  return { to: to.join(', '), subject: decodeWords(header('Subject')), text: text.trimEnd() }
}

function decodeBody(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8')
  if (encoding === 'quoted-printable') return quotedPrintable(body.replace(/=\r?\n/g, ''))
  return body
}

/** RFC 2047: `=?UTF-8?Q?K=C3=BCndigung?=`. */
function decodeWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, encoded: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(encoded, 'base64').toString('utf8')
        : quotedPrintable(encoded.replaceAll('_', ' ')),
    )
}

function quotedPrintable(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  // What was not encoded is a character of its own already.
  return text === bytes ? text : Buffer.from(bytes, 'latin1').toString('utf8')
}
