import { ActionIcon, Button, MantineProvider } from '@mantine/core'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { describe, expect, it, vi } from 'vitest'
import { theme } from './theme'

/** A form and an icon that work until they are told to stop. */
function Desk({ onSave, onAdd }: { onSave: () => void; onAdd: () => void }) {
  const [busy, setBusy] = useState(false)
  const [adding, setAdding] = useState(false)
  return (
    <MantineProvider theme={theme} env="test">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onSave()
          setBusy(true)
        }}
      >
        <input aria-label="Name" />
        <Button type="submit" loading={busy}>
          Save
        </Button>
      </form>
      <ActionIcon
        aria-label="Add"
        loading={adding}
        onClick={() => {
          onAdd()
          setAdding(true)
        }}
      />
      <Button onClick={() => setBusy(false)}>Saved</Button>
      <Button disabled loading={false}>
        Never
      </Button>
      <Button component="a" href="/elsewhere">
        Elsewhere
      </Button>
    </MantineProvider>
  )
}

function open() {
  const deeds = { onSave: vi.fn(), onAdd: vi.fn() }
  render(<Desk {...deeds} />)
  return { ...deeds, user: userEvent.setup() }
}

const button = (name: string) => screen.getByRole('button', { name })

describe('a button that works', () => {
  it('keeps the focus, says so and does nothing when it is pressed again', async () => {
    const { user, onSave } = open()
    button('Save').focus()
    await user.keyboard('{Enter}')
    expect(onSave).toHaveBeenCalledTimes(1)
    expect(button('Save')).toHaveFocus()
    expect(button('Save')).toHaveAttribute('aria-busy', 'true')
    expect(button('Save')).toHaveAttribute('aria-disabled', 'true')
    await user.keyboard('{Enter} ')
    await user.click(button('Save'))
    await user.type(screen.getByLabelText('Name'), 'x{Enter}')
    expect(onSave).toHaveBeenCalledTimes(1)
    await user.click(button('Saved'))
    expect(button('Save')).not.toHaveAttribute('aria-busy')
    await user.click(button('Save'))
    expect(onSave).toHaveBeenCalledTimes(2)
  })

  it('may be an icon', async () => {
    const { user, onAdd } = open()
    button('Add').focus()
    await user.keyboard('{Enter}{Enter}')
    expect(onAdd).toHaveBeenCalledTimes(1)
    expect(button('Add')).toHaveFocus()
  })
})

describe('any other button', () => {
  it('is disabled when it is, and a link stays a link', () => {
    open()
    expect(button('Never')).toBeDisabled()
    expect(button('Saved')).toHaveAttribute('type', 'button')
    expect(screen.getByRole('link', { name: 'Elsewhere' })).toHaveAttribute('href', '/elsewhere')
  })
})
