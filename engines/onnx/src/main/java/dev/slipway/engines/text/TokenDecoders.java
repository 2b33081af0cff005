package dev.slipway.engines.text;

import dev.slipway.base.Json;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Reads `decoder` of `tokenizer.json`: how tokens become text again (Hugging Face's tokenizers,
/// `tokenizers/src/decoders`).
final class TokenDecoders {
  private static final Pattern BYTE = Pattern.compile("<0x([0-9A-Fa-f]{2})>");

  /// Each with what it becomes, in the order they are replaced.
  private static final String[] SPACES = {
    " .", ".", " ?", "?", " !", "!", " ,", ",", " ' ", "'", " n't", "n't", " 'm", "'m", " 's", "'s",
    " 've", "'ve", " 're", "'re"
  };

  private TokenDecoders() {}

  /// That of BERT, whose files do not say.
  static Function<List<String>, String> bert() {
    return tokens -> String.join("", wordPiece(tokens, "##", true));
  }

  /// @throws IllegalArgumentException naming a kind that is not known here
  static Function<List<String>, String> read(JsonNode decoder) {
    if (!decoder.isObject()) {
      return tokens -> String.join(" ", tokens);
    }
    var steps = step(decoder);
    return tokens -> String.join("", steps.apply(tokens));
  }

  private static UnaryOperator<List<String>> step(JsonNode json) {
    var type = Json.text(json, "type");
    return switch (type) {
      case "Sequence" -> sequence(json.path("decoders"));
      case "WordPiece" -> {
        var prefix = json.path("prefix").asString("##");
        boolean clean = json.path("cleanup").asBoolean(true);
        yield tokens -> wordPiece(tokens, prefix, clean);
      }
      case "ByteLevel" -> tokens -> List.of(BytePairs.text(tokens));
      case "Metaspace" -> metaspace(json);
      case "BPEDecoder" -> endings(json.path("suffix").asString("</w>"));
      case "Replace" -> replace(json);
      case "ByteFallback" -> TokenDecoders::bytes;
      case "Fuse" -> tokens -> List.of(String.join("", tokens));
      case "Strip" -> strip(json);
      default ->
          throw new IllegalArgumentException(
              "found decoder \""
                  + type
                  + "\", expected WordPiece, ByteLevel, Metaspace, BPEDecoder, Replace,"
                  + " ByteFallback, Fuse, Strip or a Sequence of them");
    };
  }

  private static UnaryOperator<List<String>> sequence(JsonNode decoders) {
    UnaryOperator<List<String>> all = tokens -> tokens;
    for (var decoder : decoders) {
      var before = all;
      var next = step(decoder);
      all = tokens -> next.apply(before.apply(tokens));
    }
    return all;
  }

  private static List<String> wordPiece(List<String> tokens, String prefix, boolean clean) {
    var texts = new ArrayList<String>();
    for (var token : tokens) {
      var text = token;
      if (!texts.isEmpty()) {
        boolean goesOn = token.startsWith(prefix);
        text = goesOn ? token.substring(prefix.length()) : " " + token;
      }
      texts.add(clean ? cleaned(text).replace(" do not", " don't") : text);
    }
    return texts;
  }

  /// Without the blanks before punctuation and short forms.
  static String cleaned(String text) {
    var clean = text;
    for (int i = 0; i < SPACES.length; i += 2) {
      clean = clean.replace(SPACES[i], SPACES[i + 1]);
    }
    return clean;
  }

  /// The first blank is one that was put there, unless none was.
  private static UnaryOperator<List<String>> metaspace(JsonNode json) {
    var blank = json.path("replacement").asString("\u2581");
    boolean added =
        !json.path("prepend_scheme").asString("always").equals("never")
            && json.path("add_prefix_space").asBoolean(true);
    return tokens -> {
      var texts = new ArrayList<String>();
      for (var token : tokens) {
        texts.add(token.replace(blank, texts.isEmpty() && added ? "" : " "));
      }
      return texts;
    };
  }

  private static UnaryOperator<List<String>> endings(String suffix) {
    return tokens -> {
      var texts = new ArrayList<String>();
      for (int i = 0; i < tokens.size(); i++) {
        texts.add(tokens.get(i).replace(suffix, i == tokens.size() - 1 ? "" : " "));
      }
      return texts;
    };
  }

  private static UnaryOperator<List<String>> replace(JsonNode json) {
    var content = Json.text(json, "content");
    var plain = json.path("pattern").path("String");
    var pattern =
        plain.isString()
            ? Pattern.compile(plain.stringValue(), Pattern.LITERAL)
            : Normalizers.pattern(Json.text(json, "pattern", "Regex"));
    var quoted = Matcher.quoteReplacement(content);
    return tokens ->
        tokens.stream().map(token -> pattern.matcher(token).replaceAll(quoted)).toList();
  }

  /// Runs of `<0x41>` are the bytes they say, or as many replacement characters if those are no
  /// UTF-8.
  private static List<String> bytes(List<String> tokens) {
    var texts = new ArrayList<String>();
    var run = new ByteArrayOutputStream();
    for (var token : tokens) {
      var match = BYTE.matcher(token);
      if (match.matches()) {
        run.write(Integer.parseInt(match.group(1), 16));
      } else {
        flush(run, texts);
        texts.add(token);
      }
    }
    flush(run, texts);
    return texts;
  }

  private static void flush(ByteArrayOutputStream run, List<String> texts) {
    if (run.size() > 0) {
      var bytes = run.toByteArray();
      run.reset();
      try {
        texts.add(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
      } catch (CharacterCodingException _) {
        texts.add("\ufffd".repeat(bytes.length));
      }
    }
  }

  private static UnaryOperator<List<String>> strip(JsonNode json) {
    var content = Json.text(json, "content");
    int start = json.path("start").asInt(0);
    int stop = json.path("stop").asInt(0);
    return tokens -> tokens.stream().map(token -> stripped(token, content, start, stop)).toList();
  }

  private static String stripped(String token, String content, int start, int stop) {
    if (content.isEmpty()) {
      return token;
    }
    int from = 0;
    for (int i = 0; i < start && token.startsWith(content, from); i++) {
      from += content.length();
    }
    int to = token.length();
    for (int i = 0; i < stop && to - content.length() >= from; i++) {
      if (!token.startsWith(content, to - content.length())) {
        break;
      }
      to -= content.length();
    }
    return token.substring(from, to);
  }
}
