/// Text models of the Hugging Face kind: a tokenizer and an ONNX graph. Read
/// [dev.slipway.engines.text.TextEngine], then `TextTokenizer` and `TextModel`.
@NullMarked
package dev.slipway.engines.text;

import org.jspecify.annotations.NullMarked;
