/// Records and rules of every AI kind, and the CustomResourceDefinitions that serve them.
@NullMarked
package dev.slipway.api;

import org.jspecify.annotations.NullMarked;
