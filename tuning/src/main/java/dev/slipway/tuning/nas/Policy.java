package dev.slipway.tuning.nas;

import dev.slipway.base.Json;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Trial;
import dev.slipway.tuning.space.Past;
import dev.slipway.tuning.space.Settings;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Probabilities of a layer's operation and of its skip connections, as scores that are cut off and
/// cooled as Katib's controller does.
final class Policy {
  private final int layers;
  private final int operations;
  private final double[][] scores; // [layer][operation]
  private final double[][] skips; // [layer][earlier layer]
  private final double temperature;
  private final double cutOff;
  private final double entropyWeight;
  private final double decay;
  private final double rate;
  private final double skipTarget;
  private final double skipWeight;

  Policy(int layers, int operations, Study study) {
    Settings settings = Settings.of(study);
    this.layers = layers;
    this.operations = operations;
    this.scores = new double[layers][operations];
    this.skips = new double[layers][layers];
    this.temperature = settings.number("controller_temperature", 5);
    this.cutOff = settings.number("controller_tanh_const", 2.25);
    this.entropyWeight = settings.number("controller_entropy_weight", 1e-5);
    this.decay = settings.number("controller_baseline_decay", 0.999);
    this.rate =
        settings.number("controller_learning_rate", 5e-5)
            * settings.number("controller_train_steps", 50);
    this.skipTarget = settings.number("controller_skip_target", 0.4);
    this.skipWeight = settings.number("controller_skip_weight", 0.8);
  }

  private double[] probabilities(int layer) {
    double[] probabilities = new double[operations];
    double sum = 0;
    for (int k = 0; k < operations; k++) {
      probabilities[k] = Math.exp(cutOff * Math.tanh(scores[layer][k] / temperature));
      sum += probabilities[k];
    }
    for (int k = 0; k < operations; k++) {
      probabilities[k] /= sum;
    }
    return probabilities;
  }

  private double skip(int layer, int earlier) {
    return 1 / (1 + Math.exp(-cutOff * Math.tanh(skips[layer][earlier] / temperature)));
  }

  int[][] draw(SplittableRandom random) {
    int[][] drawn = new int[layers][];
    for (int layer = 0; layer < layers; layer++) {
      drawn[layer] = new int[layer + 1];
      double rest = random.nextDouble();
      double[] probabilities = probabilities(layer);
      int operation = 0;
      while (operation < operations - 1 && rest >= probabilities[operation]) {
        rest -= probabilities[operation++];
      }
      drawn[layer][0] = operation;
      for (int earlier = 0; earlier < layer; earlier++) {
        drawn[layer][earlier + 1] = random.nextDouble() < skip(layer, earlier) ? 1 : 0;
      }
    }
    return drawn;
  }

  /// One step a trial, up where it did better than those before.
  void learn(Study study, List<Trial> trials) {
    double baseline = Double.NaN;
    for (Trial trial : trials) {
      var loss = Past.loss(study, trial);
      JsonNode architecture = parse(trial.values().getOrDefault("architecture", ""));
      if (loss.isEmpty() || architecture.size() != layers) {
        continue;
      }
      double reward = -loss.get();
      baseline = Double.isNaN(baseline) ? reward : baseline;
      baseline = decay * baseline + (1 - decay) * reward;
      step(architecture, reward - baseline);
    }
  }

  private static JsonNode parse(String text) {
    try {
      return Json.MAPPER.readTree(text.isEmpty() ? "[]" : text);
    } catch (JacksonException notAnArchitecture) {
      return Json.array();
    }
  }

  private void step(JsonNode architecture, double advantage) {
    for (int layer = 0; layer < layers; layer++) {
      double[] probabilities = probabilities(layer);
      int chosen = architecture.get(layer).path(0).asInt(0);
      double entropy = 0;
      for (double each : probabilities) {
        entropy -= each * Math.log(each);
      }
      for (int k = 0; k < operations; k++) {
        double up = advantage * ((k == chosen ? 1 : 0) - probabilities[k]);
        double even = -probabilities[k] * (Math.log(probabilities[k]) + entropy);
        scores[layer][k] += rate * (up + entropyWeight * even);
      }
      for (int earlier = 0; earlier < layer; earlier++) {
        double probability = skip(layer, earlier);
        int there = architecture.get(layer).path(earlier + 1).asInt(0);
        double up = advantage * (there - probability);
        skips[layer][earlier] += rate * (up + skipWeight * (skipTarget - probability));
      }
    }
  }
}
