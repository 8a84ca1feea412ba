import { existsSync } from 'node:fs';

/** Where Chromium's packages put SwiftShader's Vulkan driver description: Debian, Fedora, Google Chrome. */
const wellKnownPlaces = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
];

/** The description file of SwiftShader, a Vulkan driver that needs no GPU, for VK_DRIVER_FILES; undefined without one. */
export const swiftShaderDriver: string | undefined = wellKnownPlaces.find((path) => existsSync(path));
