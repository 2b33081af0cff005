/// Signed service-account tokens: issuing, checking, and the documents others check them with.
@NullMarked
package dev.slipway.apiserver.access.token;

import org.jspecify.annotations.NullMarked;
