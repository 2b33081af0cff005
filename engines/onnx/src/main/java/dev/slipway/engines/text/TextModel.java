package dev.slipway.engines.text;

import dev.slipway.engines.text.TextTokenizer.Encoding;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.engine.Signature.Spec;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// A text model in memory.
///
/// Inputs: `text`, `BYTES [n]` of UTF-8 (any name will do for a single input; `[n, 1]` and, for
/// pairs, `[n, 2]` too), and `text_pair` where texts are compared. Signatures:
///
/// - embedding: `predict` gives `embedding`, `FP32 [n, d]`;
/// - classification: `predict` gives `label`, `BYTES [n]`, and its `score`, `FP32 [n]`, or
///   `output-0`, `INT64 [n]`; `predict_proba` gives `scores` and `labels`, both `[n, classes]`;
/// - token classification: `predict` gives `output-0`, `INT64 [n, 1, tokens]`, the class of each;
///   `predict_proba` gives `tokens` and `labels`, `BYTES [n, tokens]`, and `scores`,
///   `FP32 [n, tokens, classes]`;
/// - filling masks: `predict` gives `output-0`, `BYTES [n]`, what the masked tokens say;
///   `predict_proba` gives `tokens`, `token_ids` and `scores`, all `[n, masks, 5]`.
///
/// `usage` answers as `predict` with `token_count`, `INT64 [n]`. With `return_probabilities`,
/// `predict_proba` comes first.
///
/// Implementation note. Texts are sorted by length and computed in groups, so that little is
/// padding; transformers gain little from large batches on a processor, and nothing from long ones.
final class TextModel implements LoadedModel {
  private static final String PREDICT = "predict";
  private static final String PREDICT_PROBA = "predict_proba";
  private static final int MOST_GROUP_TEXTS = 16;
  private static final int MOST_GROUP_TOKENS = 2048;

  private final LoadedModel inner;
  private final TextTokenizer tokenizer;
  private final GraphInputs graph;
  private final Head head;
  private final SequencedMap<String, Signature> signatures;

  /// @param everything whether a request that names no signature gets all scores
  TextModel(LoadedModel inner, TextTokenizer tokenizer, Head head, boolean everything)
      throws ModelLoadException {
    this.inner = inner;
    var signature = inner.signatures().firstEntry().getValue();
    this.graph = GraphInputs.of(signature, tokenizer.padId());
    this.tokenizer = tokenizer.limited(Math.min(tokenizer.mostTokens(), graph.mostTokens()));
    this.head = head;
    this.signatures = signatures(head, everything);
  }

  private static SequencedMap<String, Signature> signatures(Head head, boolean everything) {
    var inputs =
        List.of(
            Spec.of("text", DataType.BYTES, -1),
            new Spec("text_pair", DataType.BYTES, List.of(-1L), true));
    var signatures = new LinkedHashMap<String, Signature>();
    signatures.put(PREDICT, new Signature(inputs, head.outputs()));
    if (!head.details().isEmpty()) {
      var all = new Signature(inputs, head.details());
      if (everything) {
        signatures.putFirst(PREDICT_PROBA, all);
      } else {
        signatures.put(PREDICT_PROBA, all);
      }
    }
    var usage = new ArrayList<>(head.outputs());
    usage.add(Spec.of("token_count", DataType.INT64, -1));
    signatures.put("usage", new Signature(inputs, usage));
    return signatures;
  }

  @Override
  public SequencedMap<String, Signature> signatures() {
    return signatures;
  }

  @Override
  public List<Tensor> infer(Invocation call) {
    var name = call.signature().isEmpty() ? signatures.firstEntry().getKey() : call.signature();
    var signature = signatures.get(name);
    if (signature == null) {
      throw new InvalidInputException(
          "the model has no signature \"" + name + "\"; it has " + signatures.keySet());
    }
    var texts = Texts.of(call.inputs());
    var encodings = texts.encode(tokenizer);
    var rows = compute(encodings);
    var answers = new LinkedHashMap<String, Tensor>();
    for (var tensor : head.answer(rows, encodings)) {
      answers.put(tensor.name(), tensor);
    }
    var counts = encodings.stream().mapToLong(Encoding::length).toArray();
    answers.put("token_count", Tensor.ofLongs("token_count", new long[] {counts.length}, counts));
    return chosen(call.outputs(), signature, answers);
  }

  private static List<Tensor> chosen(
      List<String> wanted, Signature signature, SequencedMap<String, Tensor> answers) {
    var names = wanted.isEmpty() ? signature.outputs().stream().map(Spec::name).toList() : wanted;
    var chosen = new ArrayList<Tensor>();
    for (var name : names) {
      var tensor = answers.get(name);
      if (tensor == null) {
        throw new InvalidInputException(
            "the model has no output \"" + name + "\"; it has " + answers.sequencedKeySet());
      }
      chosen.add(tensor);
    }
    return chosen;
  }

  /// What the head keeps of each text, in the texts' order.
  private float[][] compute(List<Encoding> encodings) {
    var rows = new float[encodings.size()][];
    var order =
        IntStream.range(0, rows.length)
            .boxed()
            .sorted(Comparator.comparingInt(index -> encodings.get(index).length()))
            .toList();
    int longest = rows.length == 0 ? 0 : encodings.get(order.getLast()).length();
    for (int from = 0; from < rows.length; ) {
      int to = groupEnd(encodings, order, from);
      var group = order.subList(from, to);
      int length = head.perToken() ? longest : encodings.get(group.getLast()).length();
      var inputs = graph.inputs(group.stream().map(encodings::get).toList(), length);
      var output =
          inner.infer(new Invocation("", inputs, List.of(head.graphOutput()), java.util.Map.of()));
      keep(output.getFirst(), length, group, encodings, rows);
      from = to;
    }
    return rows;
  }

  /// Puts a group's rows where they belong.
  private void keep(
      Tensor output, int tokens, List<Integer> group, List<Encoding> encodings, float[][] rows) {
    var values = output.asFloats();
    var shape = output.shape();
    int width = (int) shape[shape.length - 1];
    int length = shape.length == 2 ? 1 : (int) shape[1];
    for (int i = 0; i < group.size(); i++) {
      int index = group.get(i);
      var own = new Head.Values(values, i * length * width, Math.min(length, tokens), width);
      rows[index] = head.row(own, encodings.get(index));
    }
  }

  private int groupEnd(List<Encoding> encodings, List<Integer> order, int from) {
    int most = Math.min(graph.mostTexts(), MOST_GROUP_TEXTS);
    int to = from + 1;
    while (to < order.size()
        && to - from < most
        && (to - from + 1) * encodings.get(order.get(to)).length() <= MOST_GROUP_TOKENS) {
      to++;
    }
    return to;
  }

  @Override
  public String platform() {
    return "huggingface";
  }

  @Override
  public long memoryBytes() {
    return inner.memoryBytes() + tokenizer.memoryBytes() + head.memoryBytes();
  }

  @Override
  public boolean batchable() {
    return !head.perToken();
  }

  @Override
  public void close() {
    inner.close();
  }
}
