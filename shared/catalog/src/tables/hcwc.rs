//! hcwc: interval items per call work code.

columns! {
    ACDCALLS Call Count "Times the code was entered on an ACD call or in its after-call work";
    ACDTIME Call Secs "Talk time of the calls for which the code was entered";
    ACWTIME Call Secs "After-call work of the calls for which the code was entered";
    INCOMPLETE Admin Flag "1 if data are missing from the interval for this element";
}
