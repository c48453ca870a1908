import { defineConfig } from 'vite';

export default defineConfig({
  // A dependency of amazon-cognito-identity-js takes the name that Node has for it.
  define: { global: 'globalThis' },
});
