import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router'
import { render } from '@testing-library/react'
import { newRouter } from '../app/router'
import { theme } from '../app/theme'
import { newQueryClient } from '../lib/query-client'

/** Opens the whole application at an address, as a browser would. */
export function openApp(address: string) {
  const router = newRouter(createMemoryHistory({ initialEntries: [address] }))
  const queries = newQueryClient()
  render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  )
  return { router, queries }
}
