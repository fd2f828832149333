import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, useState } from 'react'
import { newQueryClient } from '../lib/query-client'
import { newRouter } from './router'
import { cssVariables, theme } from './theme'

const colours = localStorageColorSchemeManager({ key: 'clarion.theme' })

export function App() {
  const [queries] = useState(newQueryClient)
  const [router] = useState(newRouter)
  return (
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        colorSchemeManager={colours}
        defaultColorScheme="auto"
      >
        <Notifications position="bottom-right" autoClose={4000} />
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>
  )
}
