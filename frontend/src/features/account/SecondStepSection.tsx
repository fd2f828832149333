import { Button, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { FormSection } from '../../components/form/FormPage'
import { sayDone } from '../../lib/notify'
import { secondStepQuery, useDisableSecondStep } from './api'
import { PasswordAsk } from './PasswordAsk'
import { SecondStepDialog } from './SecondStepDialog'

export function SecondStepSection() {
  const { t } = useTranslation()
  const query = useQuery(secondStepQuery)
  const [opened, setOpened] = useState<'set_up' | 'disable'>()
  const disable = useDisableSecondStep()
  const close = () => {
    setOpened(undefined)
    disable.reset()
  }
  return (
    <FormSection title={t('account.second')} intro={t('account.second_intro')}>
      <Answered of={query}>
        {({ enabled, codes_left }) => (
          <Group justify="space-between">
            <span>
              {enabled
                ? `${t('account.second_on')} ${t('account.codes_left', { count: codes_left })}`
                : t('account.second_off')}
            </span>
            <Button variant="default" onClick={() => setOpened(enabled ? 'disable' : 'set_up')}>
              {enabled ? t('account.second_disable') : t('account.second_set_up')}
            </Button>
          </Group>
        )}
      </Answered>
      {opened === 'set_up' && <SecondStepDialog onClose={close} />}
      {opened === 'disable' && (
        <PasswordAsk
          title={t('account.second_disable')}
          action={t('account.second_disable')}
          error={disable.error}
          busy={disable.isPending}
          onClose={close}
          onGiven={(password) =>
            disable.mutate(password, {
              onSuccess: () => {
                sayDone(t('account.second_disabled'))
                close()
              },
            })
          }
        />
      )}
    </FormSection>
  )
}
