import { Button } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import { signDe } from '../../i18n/sign-de.ts'
import { signEn } from '../../i18n/sign-en.ts'
import { useSignWords } from '../../i18n/sign-words.ts'
import { useSiteNames } from '../../live/live-context.tsx'
import { PageHeader } from '../page/page-header.tsx'
import { useChosenSites } from '../shell/chosen-sites.ts'
import { QrCode } from './qr-code.tsx'
import styles from './sign.module.css'

/** What hangs at the exits, a sheet for each site: drivers scan it and type their plate. */
export function SignScreen() {
  const words = useSignWords()
  const { shown } = useChosenSites()
  const names = useSiteNames(shown)
  return (
    <>
      <div className={styles.aside}>
        <PageHeader title={words.title}>
          <Button size="xs" ml="auto" leftSection={<IconPrinter size="1rem" />} onClick={() => window.print()}>
            {words.print}
          </Button>
        </PageHeader>
        <p className={styles.lead}>{words.lead}</p>
      </div>
      <div className={styles.sheets}>
        {shown.map((siteId, index) => (
          <Sign key={siteId} siteId={siteId} name={names[index]!} />
        ))}
      </div>
    </>
  )
}

/** In both languages, whichever the operator speaks: it is not for him. */
function Sign({ siteId, name }: { siteId: string; name: string }) {
  const words = useSignWords()
  const address = `${window.location.origin}/pay?site=${siteId}`
  return (
    <article className={styles.sign} aria-label={name} data-site-id={siteId}>
      <h2 className={styles.name}>{name}</h2>
      <QrCode address={address} label={words.code(address)} />
      <p className={styles.scan}>
        <span lang="de">{signDe.scan}</span>
        <span lang="en">{signEn.scan}</span>
      </p>
      <p className={styles.address}>{address}</p>
    </article>
  )
}
