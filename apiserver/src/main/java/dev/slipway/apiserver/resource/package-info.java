/// What is served: resources, their schemas, columns and behaviours.
@NullMarked
package dev.slipway.apiserver.resource;

import org.jspecify.annotations.NullMarked;
