/**
 * A template of AWS Fault Injection Service as plain data: what CreateExperimentTemplate takes, as far as kong knows
 * what it means.
 *
 * @see https://docs.aws.amazon.com/fis/latest/APIReference/API_CreateExperimentTemplate.html
 */
export type FisTemplate = {
  description: string;
  roleArn: string;
  stopConditions: { source: string; value?: string }[];
  targets?: Record<string, FisTemplateTarget>;
  actions: Record<string, FisTemplateAction>;
  experimentOptions?: {
    accountTargeting?: 'single-account' | 'multi-account';
    emptyTargetResolutionMode?: 'fail' | 'skip';
  };
};

/** What one of its targets selects. */
export type FisTemplateTarget = {
  resourceType: string;
  resourceArns?: string[];
  resourceTags?: Record<string, string>;
  filters?: { path: string; values: string[] }[];
  selectionMode: string;
  parameters?: Record<string, string>;
};

/** What one of its actions does. */
export type FisTemplateAction = {
  actionId: string;
  description?: string;
  parameters?: Record<string, string>;
  targets?: Record<string, string>;
  startAfter?: string[];
};
