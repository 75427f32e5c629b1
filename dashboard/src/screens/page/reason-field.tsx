import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useWords } from '../../i18n/language.ts'

/** Why something is done. `read` marks the field where it is too short, and is then undefined; one that is optional may be ''. */
export function useReason({ optional = false } = {}) {
  const { common } = useWords()
  const [text, setText] = useState('')
  const [missing, setMissing] = useState(false)
  const read = () => {
    const reason = text.trim()
    const said = reason.length >= 3 || (optional && reason === '')
    setMissing(!said)
    return said ? reason : undefined
  }
  const field = (
    <TextInput
      label={optional ? common.reasonOptional : common.reason}
      description={common.reasonKept}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        setMissing(false)
      }}
      error={missing && common.reasonTooShort}
      maxLength={200}
      required={!optional}
      withAsterisk={false}
    />
  )
  return { field, read }
}
