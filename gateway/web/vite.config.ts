import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Files carry a hash in their name and are cached for ever; nothing is inlined, because the content policy of the
// gateway lets no inline script or style run.
export default defineConfig({
  plugins: [react()],
  build: { outDir: "dist", manifest: true, emptyOutDir: true, assetsInlineLimit: 0, target: "es2022", modulePreload: { polyfill: false } },
  server: { proxy: { "/api": "http://127.0.0.1:8080", "/docs": "http://127.0.0.1:8080" } },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"], setupFiles: ["src/testing/setup.ts"] },
});
