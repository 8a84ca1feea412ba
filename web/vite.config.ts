import { defineConfig } from 'vite';
import { siteConfig } from './build/site.ts';

export default defineConfig(siteConfig());
