import { input } from '../../graph-builder/ir/value.ts';
import { writeOnnx } from '../../graph-builder/onnx/onnx-file.ts';
import { relu } from '../../graph-builder/operators/index.ts';
import type { ActualDevice, Device } from '../../infer/device.ts';
import { createSession } from '../../infer/session.node.ts';

const found = new Map<Device, Promise<ActualDevice>>();

/**
 * The device that sessions run on if `device` is asked for: what a session of the smallest graph runs on. It is tried
 * once in a process, before any work that would be in vain without it.
 * @throws one sentence if the device is not to be had, and what would make it so
 */
export function actualDevice(device: Device): Promise<ActualDevice> {
  const known = found.get(device) ?? tryDevice(device);
  found.set(device, known);
  return known;
}

async function tryDevice(device: Device): Promise<ActualDevice> {
  const x = input('x', 'float32', [1]);
  const graph = { name: 'smallest', inputs: [x], outputs: [{ name: 'y', value: relu(x) }] };
  const { session, device: actual } = await createSession(writeOnnx(graph), { device, threads: 1 });
  await session.release();
  return actual;
}
