/// OpenAI's API as far as text models answer it.
@NullMarked
package dev.slipway.dataplane.server.openai;

import org.jspecify.annotations.NullMarked;
