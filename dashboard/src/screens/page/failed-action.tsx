import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { failureOf } from '../../api/problem.ts'
import { useWords } from '../../i18n/language.ts'

type Props = { error: Error; notDone?: string }

/** What became of an action that did not succeed, and what to do. @param props.notDone what is said of one that was refused */
export function FailedAction({ error, notDone }: Props) {
  const { common } = useWords()
  const titles = { ...common, notDone: notDone ?? common.notDone }
  return (
    <Alert role="alert" color="red" icon={<IconAlertTriangle />} title={titles[failureOf(error)]}>
      {error.message}
    </Alert>
  )
}
