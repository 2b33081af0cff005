/// Discovery and OpenAPI documents.
@NullMarked
package dev.slipway.apiserver.discovery;

import org.jspecify.annotations.NullMarked;
