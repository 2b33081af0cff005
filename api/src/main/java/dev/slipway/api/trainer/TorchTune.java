package dev.slipway.api.trainer;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Fine-tuning with `tune run`: which recipe and which of its configurations a TrainJob means, and
/// what it may ask for.
///
/// Source: `pkg/runtime/framework/plugins/torch/torchtune.go`.
public final class TorchTune {
  /// The command of a trainer that fine-tunes.
  public static final List<String> COMMAND = List.of("tune", "run");

  /// What the runtime settles and a TrainJob may not.
  public static final Set<String> SETTLED =
      Set.of(
          "output_dir", "tokenizer.path", "checkpointer.checkpoint_dir", "tokenizer.merges_file");

  private static final String LARGE = "llama3_3/70B";
  private static final Set<String> MODELS =
      Set.of("llama3_2/1B", "llama3_2/3B", LARGE, "qwen2_5/1.5B");
  private static final FieldPath SPEC = FieldPath.of("spec");

  private final String runtime;
  private final List<String> args;
  private final Nodes nodes;

  /// What is trained on.
  ///
  /// @param processes on each node; empty where the devices decide
  /// @param gpus of each node
  public record Nodes(int count, java.util.OptionalInt processes, int gpus) {
    private boolean single() {
      return count == 1 && (processes.orElse(0) == 1 || gpus == 1);
    }

    /// Whether several processes must find each other.
    public boolean several() {
      return count > 1 || (processes.isPresent() ? processes.getAsInt() > 1 : gpus > 1);
    }
  }

  public TorchTune(JsonNode trainJobSpec, Nodes nodes) {
    this.runtime = Json.text(trainJobSpec, "runtimeRef", "name");
    this.args = Trainer.texts(trainJobSpec.path("trainer").path("args"));
    this.nodes = nodes;
  }

  /// Whether a TrainJob fine-tunes.
  public static boolean asked(JsonNode trainJobSpec) {
    return Trainer.texts(trainJobSpec.path("trainer").path("command")).equals(COMMAND);
  }

  /// The recipe to run.
  public String recipe() {
    boolean adapters = nodes.count == 1 && (lora() || qlora());
    return (adapters ? "lora" : "full")
        + "_finetune_"
        + (nodes.single() ? "single_device" : "distributed");
  }

  /// The configuration of the recipe: `llama3_2/1B_qlora_single_device`.
  public String config() {
    String kind = "_full";
    if (nodes.count == 1 && qlora()) {
      kind = "_qlora";
    } else if (nodes.count == 1 && lora()) {
      kind = "_lora";
    }
    String where = nodes.single() ? "_single_device" : "";
    return model() + kind + (nodes.count > 1 ? "_multinode" : where);
  }

  /// `torchtune-llama3.2-1b` is for `llama3_2/1B`.
  private String model() {
    String[] parts = runtime.split("-", -1);
    return parts.length == 3
        ? parts[1].replace('.', '_') + "/" + parts[2].toUpperCase(Locale.ROOT)
        : "";
  }

  private boolean lora() {
    return args.stream().anyMatch(each -> each.contains("model.lora_attn_modules"));
  }

  private boolean qlora() {
    return !on("model.use_dora") && on("model.quantize_base");
  }

  private boolean on(String item) {
    return args.stream()
        .map(each -> each.split("=", 2))
        .anyMatch(
            each ->
                each.length == 2
                    && each[0].contains(item)
                    && each[1].strip().equalsIgnoreCase("true"));
  }

  List<Problem> problems() {
    var problems = new ArrayList<Problem>();
    FieldPath name = SPEC.field("runtimeRef", "name");
    FieldPath trainer = SPEC.field("trainer");
    String model = model();
    if (!MODELS.contains(model)) {
      problems.add(
          Problem.invalid(
              name,
              runtime,
              "must have a supported pretrained model, invalid model configured: " + model));
    }
    if (nodes.count > 1 && !model.equals(LARGE)) {
      problems.add(
          Problem.invalid(
              trainer.field("numNodes"), nodes.count, "must be 1 for " + model + " model"));
    }
    if (config().contains("_qlora")) {
      quantized(model, name, trainer, problems);
    }
    if (nodes.count > 1 && (lora() || qlora())) {
      problems.add(
          Problem.invalid(
              trainer.field("numNodes"),
              nodes.count,
              "LoRA fine-tuning is not supported for multi-node training in TorchTune"));
    }
    for (int i = 0; i < args.size(); i++) {
      String item = args.get(i).split("=", 2)[0];
      if (SETTLED.contains(item)) {
        problems.add(
            Problem.invalid(
                trainer.field("args").index(i),
                args.get(i),
                "must not set immutable config \""
                    + item
                    + "\" in trainer args; it is managed by the runtime"));
      }
    }
    return problems;
  }

  private void quantized(String model, FieldPath name, FieldPath trainer, List<Problem> problems) {
    if (model.startsWith("qwen2_5/")) {
      problems.add(
          Problem.invalid(name, runtime, "QLoRA is not supported for " + model + " model"));
    }
    if (!nodes.single() && model.startsWith("llama3_2/")) {
      String end = " for " + model + " model when using QLoRA";
      problems.add(
          Problem.invalid(
              trainer.field("numProcPerNode"),
              nodes.processes.isPresent() ? nodes.processes.getAsInt() : "auto",
              "must be auto or 1" + end));
      problems.add(
          Problem.invalid(
              trainer.field("resourcesPerNode"),
              nodes.gpus + " GPUs",
              "must have gpu resource with value 1" + end));
    }
  }
}
