import { z } from 'zod';

/** Identifiers are opaque to everyone outside: never parsed, only compared. The prefix helps a person who reads a log. */
const id = <Brand extends string>() =>
  z
    .string()
    .min(1)
    .max(80)
    .regex(/^[A-Za-z0-9_-]+$/)
    .brand<Brand>();

export const agentId = id<'AgentId'>();
export const campaignId = id<'CampaignId'>();
export const leadId = id<'LeadId'>();
export const attemptId = id<'AttemptId'>();
export const callId = id<'CallId'>();
export const segmentId = id<'SegmentId'>();
export const markId = id<'MarkId'>();
export const nudgeId = id<'NudgeId'>();
export const involvementId = id<'InvolvementId'>();
export const transferId = id<'TransferId'>();
export const transferRequestId = id<'TransferRequestId'>();
export const colleagueId = id<'ColleagueId'>();
export const suppressionId = id<'SuppressionId'>();
export const criterionId = id<'CriterionId'>();
export const callClipId = id<'CallClipId'>();

export type AgentId = z.infer<typeof agentId>;
export type CampaignId = z.infer<typeof campaignId>;
export type LeadId = z.infer<typeof leadId>;
export type AttemptId = z.infer<typeof attemptId>;
export type CallId = z.infer<typeof callId>;
export type SegmentId = z.infer<typeof segmentId>;
export type MarkId = z.infer<typeof markId>;
export type NudgeId = z.infer<typeof nudgeId>;
export type InvolvementId = z.infer<typeof involvementId>;
export type TransferId = z.infer<typeof transferId>;
export type TransferRequestId = z.infer<typeof transferRequestId>;
export type ColleagueId = z.infer<typeof colleagueId>;
export type SuppressionId = z.infer<typeof suppressionId>;
export type CriterionId = z.infer<typeof criterionId>;
export type CallClipId = z.infer<typeof callClipId>;
