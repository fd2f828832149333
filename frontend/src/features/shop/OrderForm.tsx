import { Button, NativeSelect, NumberInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { stepName } from '../../components/saga/step-words'
import { useFormFaults } from '../../lib/form-faults'
import { errorSentence } from '../../lib/sentences'
import { isOneOf } from '../../lib/words'
import { type Shop, type ShopFault, type ShopSwitch, type Stage, usePlaceOrder } from './api'
import { CustomerPick } from './CustomerPick'
import { money, named } from './money'
import classes from './ShopPage.module.css'

export const faults = ['refuse', 'timeout', 'crash', 'no_undo'] as const

/** Who orders what, and where it is to fail. */
export function OrderForm({ shop, onPlaced }: { shop: Shop; onPlaced: (order: string) => void }) {
  const { t } = useTranslation()
  const [customer, setCustomer] = useState('ada')
  const [counts, setCounts] = useState<Record<string, number>>({ [shop.books.stock[0]?.id ?? '']: 1 })
  const [fails, setFails] = useState<Record<string, ShopFault>>({})
  const place = usePlaceOrder()
  const wrong = useFormFaults(['customer', 'lines'])
  const lines = Object.entries(counts).flatMap(([item, quantity]) => (quantity > 0 ? [{ item, quantity }] : []))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    place.mutate({ customer, lines, faults: fails }, { onError: wrong.take, onSuccess: ({ id }) => onPlaced(id) })
  }
  const fail = (step: string, fault: string) => {
    const { [step]: _, ...rest } = fails
    setFails(isOneOf(faults, fault) ? { ...rest, [step]: fault } : rest)
  }
  return (
    <section className={`card ${classes.card}`} aria-labelledby="order-form">
      <h2 id="order-form">{t('shop.place')}</h2>
      <form className={classes.form} onSubmit={submit}>
        {wrong.rest && (
          <p role="alert" className={classes.bad}>
            {errorSentence(wrong.rest, t)}
          </p>
        )}
        <CustomerPick value={customer} error={wrong.of('customer')} onChange={setCustomer} />
        <Items shop={shop} counts={counts} onChange={setCounts} />
        {wrong.of('lines') && <p className={classes.bad}>{wrong.of('lines')}</p>}
        <details>
          <summary className={classes.failLegend}>{t('shop.fails')}</summary>
          <div className={classes.form}>
            {shop.stages.map((stage) => (
              <Fail
                key={stage.step}
                stage={stage}
                standing={shop.switches.find(({ service }) => service === stage.service)?.fault ?? 'off'}
                value={fails[stage.step] ?? ''}
                onChange={fail}
              />
            ))}
          </div>
        </details>
        <Button type="submit" loading={place.isPending} disabled={lines.length === 0 || !customer}>
          {t('shop.place')}
        </Button>
      </form>
    </section>
  )
}

interface ItemsProps {
  shop: Shop
  counts: Record<string, number>
  onChange: (counts: Record<string, number>) => void
}

function Items({ shop, counts, onChange }: ItemsProps) {
  const { t, i18n } = useTranslation()
  return (
    <fieldset className={classes.lines}>
      <legend>{t('shop.items')}</legend>
      {shop.books.stock.map(({ id, names, price }) => {
        const name = named(names, i18n.language, id)
        return (
          <div key={id} className={classes.line}>
            <span>{name}</span>
            <span className={classes.price}>{money(price, shop.currency, i18n.language)}</span>
            <NumberInput
              size="xs"
              aria-label={t('shop.quantity', { name })}
              min={0}
              max={20}
              allowDecimal={false}
              value={counts[id] ?? 0}
              onChange={(value) => onChange({ ...counts, [id]: Number(value) || 0 })}
            />
          </div>
        )
      })}
    </fieldset>
  )
}

interface FailProps {
  stage: Stage
  /** How its service behaves for all orders. */
  standing: ShopSwitch['fault']
  value: string
  onChange: (step: string, fault: string) => void
}

function Fail({ stage, standing, value, onChange }: FailProps) {
  const { t } = useTranslation()
  const name = stepName(stage.step, t)
  const choices = faults.filter((fault) => stage.undoes || fault !== 'no_undo')
  return (
    <div className={classes.fail}>
      <span>
        {name}
        <span className={classes.service}>{t(`shop.service_${stage.service}`)}</span>
      </span>
      <NativeSelect
        size="xs"
        aria-label={t('shop.fails_at', { step: name })}
        value={value}
        data={[
          {
            value: '',
            label:
              standing === 'off' ? t('shop.works') : t('shop.as_service', { fault: t(`shop.standing_${standing}`) }),
          },
          ...choices.map((fault) => ({ value: fault, label: t(`shop.fault_${fault}`) })),
        ]}
        onChange={(event) => onChange(stage.step, event.currentTarget.value)}
      />
    </div>
  )
}
