/// MLflow's paths, arguments and answers.
@NullMarked
package dev.slipway.registry.rest;

import org.jspecify.annotations.NullMarked;
