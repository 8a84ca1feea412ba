import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import { explainCudaFailure, installCommand } from '../../src/infer/cuda-failure.ts';
import { cudaProviderInstalled, loaderComplaint } from '../../src/infer/cuda-provider.node.ts';
import { createSession } from '../../src/infer/session.node.ts';
import { negativeGraph } from '../helpers/style-models.ts';

const bridge =
  '/onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:1988 onnxruntime::Provider& ' +
  'onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library ';
const cudaCall =
  '/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:122 std::conditional_t<THRW, void, ' +
  'onnxruntime::common::Status> onnxruntime::CudaCall(ERRTYPE, const char*, const char*, SUCCTYPE, const char*, const ' +
  'char*, int) [with ERRTYPE = cudaError; bool THRW = true] ';
const place =
  ' ; GPU=-1 ; hostname=host ; file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider.cc';
const notThere = ': cannot open shared object file: No such file or directory';
const installLibraries = 'install CUDA 13 and cuDNN 9 where the loader finds them (docs/cuda.md), or use --device cpu';

/** Messages as people reported them, or as ONNX Runtime 1.30 gave them here, and what must be said of each. */
const messages: readonly (readonly [message: string, missing: string, remedy: string])[] = [
  // Seen here with 1.30: nothing installed, one file of two, both.
  [
    `/app/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_shared.so${notThere}`,
    'libonnxruntime_providers_shared.so is missing',
    `run ${installCommand} (docs/cuda.md), or use --device cpu`,
  ],
  [
    `${bridge}/app/bin/libonnxruntime_providers_cuda.so with error: /app/bin/libonnxruntime_providers_cuda.so${notThere}`,
    'libonnxruntime_providers_cuda.so is missing',
    installCommand,
  ],
  [`libcublasLt.so.13${notThere}`, "CUDA's libcublasLt.so.13 is not found", installLibraries],
  // microsoft/onnxruntime #22968, #12540; cnstark/pytorch-docker #21; Ktiseos-Nyx/Lora_Easy_Training_Jupyter #13
  [
    `${bridge}libonnxruntime_providers_cuda.so with error: libcublasLt.so.12${notThere}`,
    "CUDA's libcublasLt.so.12 is not found",
    installLibraries,
  ],
  [
    `${bridge}libonnxruntime_providers_cuda.so with error: libcurand.so.10${notThere}\n`,
    "CUDA's libcurand.so.10 is not found",
    installLibraries,
  ],
  [
    `${bridge}libonnxruntime_providers_cuda.so with error: libcudart.so.11.0${notThere}`,
    "CUDA's libcudart.so.11.0 is not found",
    installLibraries,
  ],
  // loeeeee/immich-in-lxc #32, memoavatar/memo #13
  [
    `${bridge}libonnxruntime_providers_cuda.so with error: libcudnn.so.9${notThere}`,
    "cuDNN's libcudnn.so.9 is not found",
    installLibraries,
  ],
  [
    `${bridge}libonnxruntime_providers_cuda.so with error: libcudnn_adv.so.9${notThere}`,
    "cuDNN's libcudnn_adv.so.9 is not found",
    installLibraries,
  ],
  // microsoft/onnxruntime #8594
  [
    '/opt/lib/libcublas.so.11: symbol free_gemm_select version libcublasLt.so.11 not defined in file libcublasLt.so.11 with link time reference',
    'libcublas.so.11 is of another version than the libraries beside it',
    installLibraries,
  ],
  // Seen here with a driver's library that lacked it.
  [
    '/app/bin/libonnxruntime_providers_cuda.so: undefined symbol: cuTensorMapEncodeTiled',
    'the NVIDIA driver is too old: it has no cuTensorMapEncodeTiled',
    "install NVIDIA's driver of release 580 or later",
  ],
  [
    '/app/bin/libonnxruntime_providers_cuda.so: undefined symbol: cublasLtMatmul, version libcublasLt.so.13',
    'they have no cublasLtMatmul',
    installLibraries,
  ],
  [
    '/app/bin/libonnxruntime_providers_cuda.so: undefined symbol: Provider_GetHost',
    'libonnxruntime_providers_cuda.so is missing or of another version of ONNX Runtime',
    installCommand,
  ],
  [
    `libcuda.so.1${notThere}`,
    "the driver's libcuda.so.1 is not found",
    "install NVIDIA's driver of release 580 or later",
  ],
  [
    "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by libonnxruntime_providers_cuda.so)",
    "the system's C library has no GLIBC_2.34",
    'use a newer Linux',
  ],
  // onnxruntime/mobius #316
  [
    `${cudaCall}CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version${place} ; line=336 ; expr=cudaSetDevice(info_.device_id); `,
    'the NVIDIA driver is too old for CUDA 13 or missing',
    'run nvidia-smi',
  ],
  // leggedrobotics/darknet_ros #429
  [
    `${cudaCall}CUDA failure 100: no CUDA-capable device is detected${place}`,
    'no CUDA-capable device is detected',
    'run nvidia-smi',
  ],
  [
    `${cudaCall}CUDA failure 209: no kernel image is available for execution on the device${place}`,
    'the GPU is of a generation',
    'run nvidia-smi',
  ],
  [`${cudaCall}CUDA failure 2: out of memory${place}`, "the GPU's memory is not enough", 'a smaller --batch'],
  // microsoft/onnxruntime #26322; the two after it are in 1.30's provider
  [
    `${cudaCall}CUDNN failure 1001: CUDNN_STATUS_NOT_INITIALIZED${place} ; line=182 ; expr=cudnnCreate(&cudnn_handle_);`,
    'cuDNN could not be used (CUDNN_STATUS_NOT_INITIALIZED)',
    installLibraries,
  ],
  [
    'cuDNN is not available. Install cuDNN, update the system library search path, or set enable_cudnn=0 to force native CUDA paths where available.',
    'cuDNN is not available',
    installLibraries,
  ],
  ['cuDNN library was not found', 'cuDNN library was not found', installLibraries],
  // microsoft/onnxruntime #26635, #21769
  ['CUDA execution provider is not enabled in this build.', 'this build of ONNX Runtime has none', installCommand],
  [
    'LoadLibrary failed with error 126 "" when trying to load "C:\\lib\\onnxruntime_providers_cuda.dll"\n at Create',
    'it could not be used (LoadLibrary failed with error 126 "" when trying to load "C:\\lib\\onnxruntime_providers_cuda.dll")',
    installLibraries,
  ],
  [
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    'it could not be used (OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library)',
    installLibraries,
  ],
];

describe('explainCudaFailure', () => {
  it.each(messages)('%s', (message, missing, remedy) => {
    const sentence = explainCudaFailure(message) ?? expect.fail('no explanation');
    expect(sentence).toMatch(/^Expected ONNX Runtime's CUDA provider with CUDA 13 and cuDNN 9 for --device cuda but /);
    expect(sentence).toContain(missing);
    expect(sentence).toContain(remedy);
    expect(sentence).not.toContain('\n');
  });

  it.each(['Protobuf parsing failed.', 'No Op registered for Sine with domain_version of 18'])(
    'leaves out: %s',
    (other) => {
      expect(explainCudaFailure(other)).toBeUndefined();
    },
  );

  it("names a command that onnxruntime-node's install script takes", async () => {
    const [, script = '', flag = ''] = installCommand.split(' ');
    const require = createRequire(import.meta.url);
    const path = require.resolve(script.replace('node_modules/', ''));
    expect(await readFile(path, 'utf8')).toContain(`// ${flag} `);
  });
});

describe.skipIf(process.platform !== 'linux' || cudaProviderInstalled())('without the CUDA provider', () => {
  it('the loader is asked for what the runtime keeps to itself', async () => {
    expect(loaderComplaint()).toMatch(/libonnxruntime_providers_shared\.so: cannot open shared object file/);
    const session = createSession(writeOnnx(negativeGraph()), { device: 'cuda', threads: 1 });
    await expect(session).rejects.toThrow(
      'for --device cuda but libonnxruntime_providers_shared.so is missing or of another version of ONNX Runtime: ' +
        `run ${installCommand} (docs/cuda.md), or use --device cpu`,
    );
  });
});
