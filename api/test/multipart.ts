export type Part = { name: string; filename?: string; type?: string; content: string | Buffer }

/** A multipart body as camera firmware writes it: a length in every part, the pictures among them. */
export function multipart(parts: Part[], boundary = 'boundary'): { body: Buffer; contentType: string } {
  const pieces = parts.flatMap(({ name, filename, type, content }) => {
    const file = filename === undefined ? '' : `; filename="${filename}"`
    const bytes = Buffer.from(content)
    const head = [
      `--${boundary}`,
      `Content-Disposition: form-data; name="${name}"${file}`,
      ...(type === undefined ? [] : [`Content-Type: ${type}`]),
      `Content-Length: ${bytes.length}`,
    ]
    return [Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes, Buffer.from('\r\n')]
  })
  return {
    body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  }
}

export const picture = (name: string, bytes: number, type = 'image/pjpeg'): Part => ({
  name,
  filename: name,
  type,
  content: Buffer.alloc(bytes, 7),
})

/** As Hikvision cameras post it; the plate's picture is often empty. */
export function hikvisionMultipart(xml: string) {
  return multipart([
    { name: 'anpr.xml', filename: 'anpr.xml', type: 'text/xml; charset="UTF-8"', content: xml },
    picture('licensePlatePicture.jpg', 0),
    picture('detectionPicture.jpg', 300_000),
  ])
}
