package dev.slipway.dataplane.server;

import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Embeds a text of n bytes as `[3n, 4n, 0]`, counts bytes as tokens, and echoes. The signature
/// named
/// in its file is the default.
final class TextEngine implements Engine {
  private static final Signature.Spec TEXT = Signature.Spec.of("text", DataType.BYTES, -1);

  /// A model file.
  static Path file(Path directory, String signature) {
    try {
      return Files.writeString(directory.resolve(signature + ".text"), signature);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  @Override
  public String format() {
    return "text";
  }

  @Override
  public boolean recognises(Path artifact) {
    return artifact.toString().endsWith(".text");
  }

  @Override
  public LoadedModel load(ModelSource source) {
    var first = String.valueOf(source.artifact().getFileName()).replace(".text", "");
    var all = new LinkedHashMap<String, Signature>();
    all.put("embed", new Signature(List.of(TEXT), List.of(spec("embedding", DataType.FP32))));
    all.put("usage", all.get("embed"));
    all.put("echo", new Signature(List.of(TEXT), List.of(spec("text_bytes", DataType.BYTES))));
    all.put("both", new Signature(List.of(TEXT), List.of(TEXT, spec("scores", DataType.FP32))));
    all.putFirst(first, all.get(first));
    return new Loaded(all);
  }

  private static Signature.Spec spec(String name, DataType type) {
    return Signature.Spec.of(name, type, -1);
  }

  private record Loaded(SequencedMap<String, Signature> signatures) implements LoadedModel {
    @Override
    public List<Tensor> infer(Invocation call) {
      var text = call.inputs().getFirst();
      var name = call.signature().isEmpty() ? signatures.firstEntry().getKey() : call.signature();
      return switch (name) {
        case "echo" -> List.of(text.named("text_bytes"));
        case "both" -> List.of(text.named("classes"), lengths(text));
        case "usage" ->
            List.of(embedding(text), lengths(text).cast(DataType.INT64).named("token_count"));
        default -> List.of(embedding(text));
      };
    }

    private static Tensor lengths(Tensor text) {
      var lengths = new float[text.size()];
      for (int i = 0; i < lengths.length; i++) {
        lengths[i] = text.strings()[i].length + 0.1f;
      }
      return Tensor.ofFloats("scores", text.shape(), lengths);
    }

    private static Tensor embedding(Tensor text) {
      var values = new float[text.size() * 3];
      for (int i = 0; i < text.size(); i++) {
        values[3 * i] = 3 * text.strings()[i].length;
        values[3 * i + 1] = 4 * text.strings()[i].length;
      }
      return Tensor.ofFloats("embedding", new long[] {text.size(), 3}, values);
    }

    @Override
    public String platform() {
      return "text";
    }

    @Override
    public long memoryBytes() {
      return 1;
    }

    @Override
    public boolean batchable() {
      return true;
    }

    @Override
    public void close() {}
  }
}
