package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.admission.Admission;
import dev.slipway.apiserver.store.Objects;
import java.time.InstantSource;

/// What every verb works with.
record Kit(Objects objects, Admission admission, Judge judge, InstantSource clock) {}
