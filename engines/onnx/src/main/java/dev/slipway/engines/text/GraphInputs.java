package dev.slipway.engines.text;

import dev.slipway.engines.text.TextTokenizer.Encoding;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.engine.Signature.Spec;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// What a transformer's graph is fed: `input_ids`, and of `attention_mask`, `token_type_ids` and
/// `position_ids` those it has.
record GraphInputs(
    List<Spec> specs, int padId, int mostTexts, int mostTokens, boolean fixedLength) {
  private static final int UNLIMITED = 1 << 20;
  private static final List<String> KNOWN =
      List.of("input_ids", "attention_mask", "token_type_ids", "position_ids");

  GraphInputs {
    specs = List.copyOf(specs);
  }

  static GraphInputs of(Signature signature, int padId) throws ModelLoadException {
    var names = signature.inputs().stream().map(Spec::name).toList();
    if (!KNOWN.containsAll(names) || !names.contains("input_ids")) {
      throw new ModelLoadException(
          "the graph takes " + names + ", expected input_ids and of the others " + KNOWN);
    }
    var shape = signature.inputs().get(names.indexOf("input_ids")).shape();
    boolean fixed = shape.size() == 2 && shape.get(1) > 0;
    return new GraphInputs(
        signature.inputs(),
        padId,
        shape.size() == 2 && shape.get(0) > 0 ? Math.toIntExact(shape.get(0)) : UNLIMITED,
        fixed ? Math.toIntExact(shape.get(1)) : UNLIMITED,
        fixed);
  }

  /// Tensors of a group of texts, padded to a length, or to what the graph demands.
  List<Tensor> inputs(List<Encoding> group, int least) {
    int length = fixedLength ? mostTokens : least;
    int rows = mostTexts == UNLIMITED ? group.size() : mostTexts;
    var tensors = new ArrayList<Tensor>(specs.size());
    for (var spec : specs) {
      var values = new long[rows * length];
      for (int row = 0; row < rows; row++) {
        var encoding = group.get(Math.min(row, group.size() - 1));
        for (int i = 0; i < length; i++) {
          values[row * length + i] = value(spec.name(), encoding, i);
        }
      }
      tensors.add(Tensor.ofLongs(spec.name(), new long[] {rows, length}, values));
    }
    return tensors;
  }

  private long value(String name, Encoding encoding, int index) {
    boolean there = index < encoding.length();
    return switch (name) {
      case "input_ids" -> there ? encoding.ids()[index] : padId;
      case "attention_mask" -> there ? 1 : 0;
      case "token_type_ids" -> there ? encoding.types()[index] : 0;
      default -> index;
    };
  }
}
