package dev.slipway.engines.text;

import dev.slipway.engines.text.TextTokenizer.Encoding;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The texts of a request, each alone or with one it is compared to.
record Texts(List<String> first, List<Optional<String>> second) {
  private static final Set<String> PAIR_NAMES =
      Set.of("text_pair", "pair", "text_target", "second", "sentence2", "passage");

  Texts {
    first = List.copyOf(first);
    second = List.copyOf(second);
  }

  static Texts of(List<Tensor> inputs) {
    if (inputs.isEmpty() || inputs.size() > 2) {
      throw new InvalidInputException(
          "found " + inputs.size() + " inputs, expected \"text\" and at most \"text_pair\"");
    }
    inputs.forEach(Texts::judge);
    if (inputs.size() == 1) {
      return alone(inputs.getFirst());
    }
    boolean swapped = PAIR_NAMES.contains(inputs.getFirst().name());
    var text = inputs.get(swapped ? 1 : 0);
    var pair = inputs.get(swapped ? 0 : 1);
    if (!PAIR_NAMES.contains(pair.name())) {
      throw new InvalidInputException(
          "the model has no input \"" + pair.name() + "\"; it takes \"text\" and \"text_pair\"");
    }
    if (text.size() != pair.size()) {
      throw new InvalidInputException(
          "inputs \""
              + text.name()
              + "\" and \""
              + pair.name()
              + "\" differ in length: "
              + text.size()
              + " and "
              + pair.size());
    }
    var seconds = strings(pair).stream().map(Optional::of).toList();
    return new Texts(strings(text), seconds);
  }

  private static void judge(Tensor tensor) {
    var shape = tensor.shape();
    boolean flat = shape.length <= 1 || (shape.length == 2 && shape[1] <= 2);
    if (tensor.type() != DataType.BYTES || !flat) {
      throw new InvalidInputException(
          "input \""
              + tensor.name()
              + "\": expected BYTES of shape [-1], found "
              + tensor.type()
              + " of shape "
              + Arrays.toString(shape));
    }
  }

  private static Texts alone(Tensor tensor) {
    var all = strings(tensor);
    if (tensor.shape().length < 2 || tensor.shape()[1] == 1) {
      return new Texts(all, all.stream().map(_ -> Optional.<String>empty()).toList());
    }
    var first = new ArrayList<String>();
    var second = new ArrayList<Optional<String>>();
    for (int i = 0; i + 1 < all.size(); i += 2) {
      first.add(all.get(i));
      second.add(Optional.of(all.get(i + 1)));
    }
    return new Texts(first, second);
  }

  private static List<String> strings(Tensor tensor) {
    var strings = new ArrayList<String>(tensor.size());
    for (int i = 0; i < tensor.size(); i++) {
      strings.add(tensor.text(i));
    }
    return strings;
  }

  List<Encoding> encode(TextTokenizer tokenizer) {
    var encodings = new ArrayList<Encoding>(first.size());
    for (int i = 0; i < first.size(); i++) {
      encodings.add(tokenizer.encode(first.get(i), second.get(i)));
    }
    return encodings;
  }
}
