/** Whether a text from outside can be an id of ours at all: Postgres would refuse any other as a uuid. */
export function isId(text: string | null): text is string {
  return text !== null && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}
