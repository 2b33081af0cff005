/// The verbs: HTTP in, objects and `Status` out.
@NullMarked
package dev.slipway.apiserver.rest;

import org.jspecify.annotations.NullMarked;
