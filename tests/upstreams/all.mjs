// The fakes of all image backends, by the type that a provider is configured with.
import * as a1111 from "./a1111.mjs";
import * as ark from "./ark.mjs";
import * as bfl from "./bfl.mjs";
import * as chat from "./chat.mjs";
import * as dashscope from "./dashscope.mjs";
import * as deepinfra from "./deepinfra.mjs";
import * as fal from "./fal.mjs";
import * as fireworks from "./fireworks.mjs";
import * as gemini from "./gemini.mjs";
import * as huggingface from "./huggingface.mjs";
import * as ideogram from "./ideogram.mjs";
import * as kling from "./kling.mjs";
import * as minimax from "./minimax.mjs";
import * as modelscope from "./modelscope.mjs";
import * as novita from "./novita.mjs";
import * as openai from "./openai.mjs";
import * as openrouter from "./openrouter.mjs";
import * as recraft from "./recraft.mjs";
import * as replicate from "./replicate.mjs";
import * as runware from "./runware.mjs";
import * as siliconflow from "./siliconflow.mjs";
import * as stability from "./stability.mjs";
import * as together from "./together.mjs";
import * as wavespeed from "./wavespeed.mjs";
import * as workersAi from "./workers-ai.mjs";
import * as xai from "./xai.mjs";
import * as zhipu from "./zhipu.mjs";

const dashscopeCall = "https://dashscope.aliyuncs.com/api/v1/services/aigc/multimodal-generation/generation";

const workersAiBase = "https://api.cloudflare.com/client/v4/accounts/0123456789abcdef0123456789abcdef/ai";

/** The module has the fake under the name of its type. */
const backend = (module, type, base, model) => {
  const fake = module[type] ?? module.workersAi;
  return { type, fake, faults: module.faults, models: module.models, base, model };
};

/**
 * By type: { type, fake, faults, models, base, model }. base: the full address of the call, but where addresses name the
 * model, all before that. models: those that the fake has at base. model: one of them that
 * makes pictures from text.
 */
export const backends = {
  openai: backend(openai, "openai", "https://api.openai.com/v1/images/generations", "gpt-image-1"),
  siliconflow: backend(
    siliconflow,
    "siliconflow",
    "https://api.siliconflow.cn/v1/images/generations",
    "Kwai-Kolors/Kolors",
  ),
  together: backend(
    together,
    "together",
    "https://api.together.xyz/v1/images/generations",
    "black-forest-labs/FLUX.1-schnell",
  ),
  xai: backend(xai, "xai", "https://api.x.ai/v1/images/generations", "grok-imagine-image"),
  openrouter: backend(openrouter, "openrouter", "https://openrouter.ai/api/v1/images", "google/gemini-3.1-flash-image"),
  ark: backend(ark, "ark", "https://ark.cn-beijing.volces.com/api/v3/images/generations", "doubao-seedream-4-0-250828"),
  gemini: backend(gemini, "gemini", "https://generativelanguage.googleapis.com/v1beta", "gemini-2.5-flash-image"),
  zhipu: backend(zhipu, "zhipu", "https://open.bigmodel.cn/api/paas/v4/images/generations", "glm-image"),
  bfl: backend(bfl, "bfl", "https://api.bfl.ai/v1", "flux-2-pro"),
  fal: backend(fal, "fal", "https://queue.fal.run", "fal-ai/flux/schnell"),
  replicate: backend(replicate, "replicate", "https://api.replicate.com/v1", "black-forest-labs/flux-schnell"),
  modelscope: backend(
    modelscope,
    "modelscope",
    "https://api-inference.modelscope.cn/v1/images/generations",
    "Qwen/Qwen-Image",
  ),
  "workers-ai": backend(workersAi, "workers-ai", workersAiBase, "@cf/black-forest-labs/flux-1-schnell"),
  a1111: backend(a1111, "a1111", "http://sd.example:7860", "sd_xl_base_1.0.safetensors"),
  dashscope: backend(dashscope, "dashscope", dashscopeCall, "qwen-image-3.0-pro"),
  minimax: backend(minimax, "minimax", "https://api.minimax.io/v1/image_generation", "image-01"),
  recraft: backend(recraft, "recraft", "https://external.api.recraft.ai/v1/images/generations", "recraftv4_1"),
  deepinfra: backend(
    deepinfra,
    "deepinfra",
    "https://api.deepinfra.com/v1/inference",
    "black-forest-labs/FLUX-1-schnell",
  ),
  stability: backend(stability, "stability", "https://api.stability.ai/v2beta/stable-image/generate", "core"),
  ideogram: backend(ideogram, "ideogram", "https://api.ideogram.ai/v1", "ideogram-v3"),
  huggingface: backend(
    huggingface,
    "huggingface",
    "https://router.huggingface.co/hf-inference/models",
    "black-forest-labs/FLUX.1-schnell",
  ),
  fireworks: backend(
    fireworks,
    "fireworks",
    "https://api.fireworks.ai/inference/v1",
    "accounts/fireworks/models/flux-1-schnell-fp8",
  ),
  wavespeed: backend(wavespeed, "wavespeed", "https://api.wavespeed.ai/api/v3", "wavespeed-ai/z-image/turbo"),
  novita: backend(novita, "novita", "https://api.novita.ai/v3", "flux-2-dev"),
  runware: backend(runware, "runware", "https://api.runware.ai/v1", "runware:100@1"),
  kling: backend(kling, "kling", "https://api-singapore.klingai.com/v1", "kling-v2-1"),
  chat: backend(chat, "chat", "https://relay.example/v1/chat/completions", "google/gemini-2.5-flash-image"),
};
