import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Refusal } from '../../components/Threshold'
import { api, unwrap } from '../../lib/api'
import { useSearchWords } from '../../lib/use-search'

/** The way in by the company's own sign-in, where there is one. */
export function IssuerButton() {
  const { t } = useTranslation()
  const [search] = useSearchWords()
  const { data } = useQuery({
    queryKey: ['session', 'issuer'],
    queryFn: ({ signal }) => unwrap(api.GET('/v1/auth/oidc', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (!data?.enabled) return null
  return (
    <>
      <Button component="a" href="/v1/auth/oidc/start" variant="default" size="sm" fullWidth>
        {t('session.by_issuer', { name: data.name })}
      </Button>
      {search.sign_in === 'refused' && <Refusal>{t('session.refused')}</Refusal>}
    </>
  )
}
