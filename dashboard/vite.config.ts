import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Two entries that share nothing heavy: the operators' console and the driver's pay page. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    emptyOutDir: true,
    chunkSizeWarningLimit: 800,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        index: `${import.meta.dirname}/index.html`,
        pay: `${import.meta.dirname}/pay.html`,
      },
    },
  },
})
