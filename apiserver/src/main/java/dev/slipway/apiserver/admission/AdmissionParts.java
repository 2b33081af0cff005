package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.access.Authorizer;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.store.Objects;
import java.time.InstantSource;

/// What the steps of admission are made from.
///
/// @param objects where policies are read, always as current as the store
/// @param api for parameters of policies, whatever their kind
/// @param authorizer who may use which PodSecurityPolicy; also asked by CEL expressions
/// @param services where webhooks that are Services answer
public record AdmissionParts(
    Objects objects,
    LocalApi api,
    Authorizer authorizer,
    ServiceResolver services,
    InstantSource clock) {}
