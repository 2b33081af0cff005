/// Text models compared with the reference tokenizer and with what vectors must say.
@NullMarked
package dev.slipway.engines.text;

import org.jspecify.annotations.NullMarked;
