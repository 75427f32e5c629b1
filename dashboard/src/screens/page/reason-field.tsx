import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useWords } from '../../i18n/language.ts'

/** A reason that has to be given. `read` marks the field where it is too short, and is then undefined. */
export function useReason() {
  const { common } = useWords()
  const [text, setText] = useState('')
  const [missing, setMissing] = useState(false)
  const read = () => {
    const reason = text.trim()
    setMissing(reason.length < 3)
    return reason.length < 3 ? undefined : reason
  }
  const field = (
    <TextInput
      label={common.reason}
      description={common.reasonKept}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        setMissing(false)
      }}
      error={missing && common.reasonTooShort}
      maxLength={200}
      required
      withAsterisk={false}
    />
  )
  return { field, read }
}
