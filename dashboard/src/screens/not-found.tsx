import { Button, EmptyState } from '@mantine/core'
import { IconMapQuestion } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'

export function NotFound() {
  return (
    <EmptyState
      mt="xl"
      icon={<IconMapQuestion stroke={1.5} />}
      title="There is no such screen"
      description="The link may be old or mistyped."
    >
      <Button component={Link} to="/lanes">
        Go to the lanes
      </Button>
    </EmptyState>
  )
}
