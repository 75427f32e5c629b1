import { Button, EmptyState } from '@mantine/core'
import { IconMapQuestion } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useWords } from '../i18n/language.ts'

export function NotFound() {
  const { common } = useWords()
  return (
    <EmptyState
      mt="xl"
      icon={<IconMapQuestion stroke={1.5} />}
      title={common.notFoundTitle}
      description={common.notFound}
    >
      <Button component={Link} to="/lanes">
        {common.toLanes}
      </Button>
    </EmptyState>
  )
}
