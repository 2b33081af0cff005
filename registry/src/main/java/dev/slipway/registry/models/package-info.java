/// Registered models, their versions, stages, aliases and webhooks.
@NullMarked
package dev.slipway.registry.models;

import org.jspecify.annotations.NullMarked;
