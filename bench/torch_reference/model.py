"""The transform network, VGG-19 and the `balanced` objective in PyTorch, as the benches' other side runs them.

Written for speed the way its users write it: float32 modules, inputs, weights and activations in one memory format.
The numerical reference of the tests is another, in float64: test/fixtures/objective/make.py.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
from torch import nn


def reflected_convolution(inputs, outputs, kernel, stride=1, bias=False):
    """A convolution over a picture padded by reflection, to the same size (divided by the stride)."""
    return nn.Sequential(nn.ReflectionPad2d(kernel // 2), nn.Conv2d(inputs, outputs, kernel, stride, bias=bias))


# Instance normalisation is group normalisation with one channel to a group. PyTorch computes the second in the
# channels_last format, while its InstanceNorm2d copies every activation to the contiguous format and back.
NORMALISATIONS = {
    "group": lambda channels: nn.GroupNorm(channels, channels),
    "instance": lambda channels: nn.InstanceNorm2d(channels, affine=True),
}


class ResidualBlock(nn.Module):
    """Two 3×3 convolutions, each followed by instance normalisation, added to their input."""

    def __init__(self, channels, normalise):
        super().__init__()
        self.branch = nn.Sequential(
            reflected_convolution(channels, channels, 3),
            normalise(channels),
            nn.ReLU(inplace=True),
            reflected_convolution(channels, channels, 3),
            normalise(channels),
        )

    def forward(self, value):
        return value + self.branch(value)


class TransformNetwork(nn.Module):
    """The instance-normalised network of Johnson et al. 2016, upsampling by resizing, RGB 0..255 to RGB 0..255."""

    def __init__(self, channels, normalisation="group"):
        super().__init__()
        normalise = NORMALISATIONS[normalisation]

        def layer(inputs, outputs, kernel, stride=1):
            return [
                reflected_convolution(inputs, outputs, kernel, stride),
                normalise(outputs),
                nn.ReLU(inplace=True),
            ]

        self.layers = nn.Sequential(
            *layer(3, channels, 9),
            *layer(channels, 2 * channels, 3, stride=2),
            *layer(2 * channels, 4 * channels, 3, stride=2),
            *[ResidualBlock(4 * channels, normalise) for _ in range(5)],
            nn.Upsample(scale_factor=2, mode="nearest"),
            *layer(4 * channels, 2 * channels, 3),
            nn.Upsample(scale_factor=2, mode="nearest"),
            *layer(2 * channels, channels, 3),
            reflected_convolution(channels, 3, 9, bias=True),
        )

    def forward(self, image):
        return torch.tanh(self.layers(image)) * 150 + 127.5


class LossNetwork(nn.Module):
    """VGG-19 to relu4_1, frozen, from a quantised tfjs layers-model; returns the features of the named layers."""

    WIDTHS = ((64, 64), (128, 128), (256, 256, 256, 256), (512,))

    def __init__(self, directory):
        super().__init__()
        weights = read_layers_model(Path(directory))
        self.layers = nn.ModuleDict()
        inputs = 3
        for block, widths in enumerate(self.WIDTHS, start=1):
            for index, outputs in enumerate(widths, start=1):
                convolution = nn.Conv2d(inputs, outputs, 3, padding=1)
                name = f"block{block}_conv{index}"
                kernel = weights[f"{name}/kernel"].permute(3, 2, 0, 1)  # HWIO to OIHW
                if inputs == 3:
                    kernel = kernel.flip(1)  # The weights expect BGR; the pictures are RGB.
                convolution.weight.data.copy_(kernel)
                convolution.bias.data.copy_(weights[f"{name}/bias"])
                self.layers[f"relu{block}_{index}"] = convolution
                inputs = outputs
        self.register_buffer("means", torch.tensor([123.68, 116.779, 103.939]).reshape(1, 3, 1, 1))
        self.requires_grad_(False)

    def forward(self, image, names):
        features = {}
        value = image - self.means
        for name, convolution in self.layers.items():
            if name.endswith("_1") and name != "relu1_1":
                value = nn.functional.max_pool2d(value, 2)
            value = nn.functional.relu(convolution(value), inplace=True)
            if name in names:
                features[name] = value
        return features


def read_layers_model(directory):
    """Reads the tensors of a tfjs layers-model whose weights are quantised to uint8, as float32 by name."""
    tensors = {}
    for group in json.loads((directory / "model.json").read_text())["weightsManifest"]:
        data = b"".join((directory / path).read_bytes() for path in group["paths"])
        offset = 0
        for entry in group["weights"]:
            count = math.prod(entry["shape"])
            stored = np.frombuffer(data, np.uint8, count, offset).astype(np.float32)
            quantization = entry["quantization"]
            value = stored * np.float32(quantization["scale"]) + np.float32(quantization["min"])
            tensors[entry["name"]] = torch.from_numpy(value.reshape(entry["shape"]))
            offset += count
    return tensors


def gram(features):
    """Gram matrices of each sample, divided by C·H·W: [N, C, H, W] -> [N, C, C]."""
    samples, channels, height, width = features.shape
    flat = features.reshape(samples, channels, height * width)
    return flat @ flat.transpose(1, 2) / (channels * height * width)


def relative_error(actual, target):
    """The squared error over the squared norm of the target, of each sample, averaged over the batch."""
    error = (actual - target).square().flatten(1).sum(1)
    return (error / (target.square().flatten(1).sum(1) + 1e-8)).mean()


class BalancedObjective(nn.Module):
    """The `balanced` recipe: content at relu4_1, style at relu1_1 to relu4_1, total variation; weights 1, 10, 1."""

    CONTENT_LAYER = "relu4_1"
    STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1")

    def __init__(self, loss_network, style):
        super().__init__()
        self.loss_network = loss_network
        with torch.no_grad():
            features = loss_network(style, self.STYLE_LAYERS)
            self.style_targets = {name: gram(features[name]) for name in self.STYLE_LAYERS}

    def forward(self, stylized, content):
        with torch.no_grad():
            target = self.loss_network(content, (self.CONTENT_LAYER,))[self.CONTENT_LAYER]
        features = self.loss_network(stylized, self.STYLE_LAYERS)
        content_term = relative_error(features[self.CONTENT_LAYER], target)
        style_terms = [relative_error(gram(features[name]), self.style_targets[name]) for name in self.STYLE_LAYERS]
        height, width = stylized.shape[2:]
        pixels = stylized / 255
        variation = (pixels[..., 1:] - pixels[..., :-1]).square().sum() + (
            pixels[..., 1:, :] - pixels[..., :-1, :]
        ).square().sum()
        tv_term = variation / (len(stylized) * 3 * height * width)
        return content_term + 10 * sum(style_terms) / len(style_terms) + tv_term
